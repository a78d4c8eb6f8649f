"""Measures Segue beside its peers, in turn in the same run."""
