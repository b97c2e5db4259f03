"""The life of a speaker in Home Assistant's frontend, in a real browser."""
