-- A row where files of music changed and the catalog may not have been brought to what they say as a whole: a run over a folder
-- that goes on, or that was ended early or killed.
CREATE TABLE unsettled_files (is_unsettled boolean PRIMARY KEY CHECK (is_unsettled));
-- Of a catalog from before nobody noted it.
INSERT INTO unsettled_files VALUES (true);
