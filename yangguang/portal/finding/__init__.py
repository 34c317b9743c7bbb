"""一处搜索: everything published, found by any words of it, without an account."""
