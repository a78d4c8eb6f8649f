"""The others, used the way their manuals say."""
