-- Kept by triggers, so that progress costs a dozen rows to read however many jobs there are.
CREATE TABLE job_counts (
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    jobs INTEGER NOT NULL CHECK (jobs >= 0),
    -- How often this row changed: the sum over all rows tells a reader whether anything happened.
    changes INTEGER NOT NULL,
    PRIMARY KEY (kind, state)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER jobs_count_inserted AFTER INSERT ON jobs
BEGIN
    INSERT INTO job_counts (kind, state, jobs, changes)
    VALUES (new.kind, new.state, 1, 1)
    ON CONFLICT (kind, state) DO UPDATE SET jobs = jobs + 1, changes = changes + 1;
END;

CREATE TRIGGER jobs_count_moved AFTER UPDATE OF state ON jobs WHEN new.state <> old.state
BEGIN
    UPDATE job_counts SET jobs = jobs - 1, changes = changes + 1 WHERE kind = old.kind AND state = old.state;
    INSERT INTO job_counts (kind, state, jobs, changes)
    VALUES (new.kind, new.state, 1, 1)
    ON CONFLICT (kind, state) DO UPDATE SET jobs = jobs + 1, changes = changes + 1;
END;

CREATE TRIGGER jobs_count_deleted AFTER DELETE ON jobs
BEGIN
    UPDATE job_counts SET jobs = jobs - 1, changes = changes + 1 WHERE kind = old.kind AND state = old.state;
END;
