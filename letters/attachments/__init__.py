"""Attachments («پیوست») of outgoing letters: brought at the desks, frozen with the signature, sent along."""
