-- Where a service said that a list ends although it counts more elements: a checkpoint of its own meaning, since one that
-- was only interrupted there tells nothing of the list. Null for checkpoints from before, which are told anew.
ALTER TABLE collection_syncs ADD COLUMN checkpoint_end integer CHECK (checkpoint_end >= 0);

-- From where on elements that came before an interruption are missing, since they were wrong.
ALTER TABLE collection_syncs ADD COLUMN checkpoint_gap integer CHECK (checkpoint_gap >= 0);
