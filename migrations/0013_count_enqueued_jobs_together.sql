-- A trigger per inserted row cost a third of an enqueue: the enqueue counts its jobs itself, once per kind and state.
DROP TRIGGER jobs_count_inserted;
