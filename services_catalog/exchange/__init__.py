"""The catalog as one JSON document: taken out, compared with what is offered, brought in."""
