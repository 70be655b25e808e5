"""The activity service: pictures built from events (timelines); all of it can be dropped and rebuilt."""
