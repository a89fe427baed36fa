"""digits: numbers as an author writes them, when a value agrees with them, and equations that are pure arithmetic."""
