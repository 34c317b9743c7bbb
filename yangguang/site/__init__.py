"""Settings, urls and the `yangguang` command: the only place that knows everything."""
