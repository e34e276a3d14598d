"""The twin's addresses: those of ours that are measured."""

from django.urls import path

from bench.twin import views

_RUNS = "organizations/<str:organization>/runs"

urlpatterns = [
    path(_RUNS, views.processes),
    path(f"{_RUNS}/<str:process>", views.process),
    path(f"{_RUNS}/<str:process>/activate", views.activate),
    path(f"{_RUNS}/<str:process>/delete", views.delete),
    path("organizations/<str:organization>/completed-tasks", views.completed_tasks),
]
