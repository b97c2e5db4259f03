"""Home Assistant with simulated speakers: to try by hand, and to check unattended."""
