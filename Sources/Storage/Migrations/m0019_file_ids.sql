-- By what ids the tags of a file name its track, `namespace:value`: one that another track has waits here until that lets
-- go of it. Empty for files from before until they are heard again.
ALTER TABLE music_files ADD COLUMN ids text[] COLLATE "C" NOT NULL DEFAULT '{}';
