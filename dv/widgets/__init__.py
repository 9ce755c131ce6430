"""What answers in the page and in the notebook: sliders, and the widgets that compute in the browser."""
