"""GraphScope opens a small neural network and steps through forward, backward and update, both ways in time."""
