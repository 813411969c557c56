"""What people look at, as pure functions of one stream each: recorded events → rows."""
