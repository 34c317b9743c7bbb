"""现场录制: a recording made in the browser, second by second, chained and signed by a device key."""
