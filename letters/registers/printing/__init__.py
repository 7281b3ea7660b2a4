"""Prints of the registers («دفتر اندیکاتور») for a period, made by the worker."""
