-- What a job waits for: for the success of another job, or only for its end, whatever it was.
CREATE TABLE job_dependencies (
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    depends_on INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    requirement TEXT NOT NULL CHECK (requirement IN ('success', 'completion')),
    PRIMARY KEY (job, depends_on),
    CHECK (job <> depends_on)
) STRICT, WITHOUT ROWID;

CREATE INDEX job_dependencies_by_dependency ON job_dependencies (depends_on, job);
