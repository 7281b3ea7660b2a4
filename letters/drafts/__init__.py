"""The letter before it has a number: as it would be, reworded by the desks, initialled, signed."""
