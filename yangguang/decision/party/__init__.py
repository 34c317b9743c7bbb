"""当事人一侧: what a party reads and hands in without an account, and how it becomes part of the case."""
