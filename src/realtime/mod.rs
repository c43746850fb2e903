//! Streams of events from the server that reconnect by themselves and never lose events silently.
