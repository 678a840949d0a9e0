"""What a user can do, family by family; `colonytui.actions.registry` puts the registry together."""
