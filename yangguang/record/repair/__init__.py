"""责令改正记录: a supervisor finds a defect of a record, the handler mends it beside the old, the supervisor says whether."""
