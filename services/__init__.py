"""The four services of Gonghai and what they share. Nothing is imported here."""
