"""A step between the right code and being signed in."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse
from django.shortcuts import redirect


class NewUserStage(LoginStage):
    """Who acts for nobody yet says for whom; so every signed-in applicant has a party."""

    key = "new_user"
    urlname = "accounts:new_user"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if self.login.user.parties:
            return None, True
        return redirect(self.urlname), True
