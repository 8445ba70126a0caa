from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "clientela.voice"
    label = "voice"
