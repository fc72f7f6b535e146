"""The look of the window: a Qt palette and a style sheet made from the colours of a theme."""

from __future__ import annotations

from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from graphscope.gui import fonts
from graphscope.gui.widgets import menu
from graphscope.view.palette import THEMES, Theme, ThemeName, ink_on, mix


def system_theme() -> ThemeName:
    """The theme that the desktop asks for."""
    hints = QGuiApplication.styleHints()  # kept while it is asked: Qt deletes the temporary
    accessibility = hints.accessibility() if hasattr(hints, "accessibility") else None
    preference = getattr(accessibility, "contrastPreference", None)
    if preference is not None and preference() == Qt.ContrastPreference.HighContrast:
        return "contrast"
    scheme = hints.colorScheme()
    if scheme == Qt.ColorScheme.Unknown:
        window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
        return "dark" if window.lightness() < 128 else "light"
    return "dark" if scheme == Qt.ColorScheme.Dark else "light"


def system_reduces_motion() -> bool:
    """Whether the desktop asks for less motion; known from Qt 6.12 on."""
    hints = QGuiApplication.styleHints()
    accessibility = hints.accessibility() if hasattr(hints, "accessibility") else None
    preference = getattr(accessibility, "motionPreference", None)
    return preference is not None and preference() != Qt.MotionPreference.NoPreference  # type: ignore[attr-defined]


def theme_of(setting: str, system: ThemeName) -> Theme:
    """The theme that a setting asks for."""
    return THEMES[system if setting == "system" else setting]  # type: ignore[index]


def palette(theme: Theme) -> QPalette:
    """Qt's palette; what the style sheet leaves alone follows it."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.ink,
        role.Base: theme.surface,
        role.AlternateBase: theme.raised,
        role.Text: theme.ink,
        role.Button: theme.surface,
        role.ButtonText: theme.ink,
        role.BrightText: theme.alarm,
        role.ToolTipBase: theme.surface,
        role.ToolTipText: theme.ink,
        role.PlaceholderText: theme.faint,
        role.Highlight: highlight(theme),
        role.HighlightedText: theme.ink,
        role.Link: theme.positive,
        role.Mid: theme.line,
        role.Midlight: theme.raised,
        role.Dark: theme.line,
        role.Light: theme.surface,
        role.Shadow: theme.line,
    }
    made = QPalette()
    for each, colour in colours.items():
        made.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.faint))
    return made


def highlight(theme: Theme) -> str:
    """The fill of a selected row: quiet, so that its ink stays readable."""
    return mix(theme.surface, theme.positive, 0.35 if theme.dark else 0.18)


def stylesheet(theme: Theme) -> str:
    """The style sheet of the whole window."""
    strong = theme.accent
    colours = {
        "window": theme.window,
        "canvas": theme.canvas,
        "surface": theme.surface,
        "raised": theme.raised,
        "ink": theme.ink,
        "muted": theme.muted,
        "faint": theme.faint,
        "line": theme.line,
        "hair": theme.line if theme.name == "contrast" else mix(theme.window, theme.line, 0.7),
        "strong": strong,
        "on_strong": ink_on(strong),
        "strong_hover": mix(strong, theme.window, 0.18),
        "focus": theme.positive,
        "highlight": highlight(theme),
        "soft": theme.accent_soft,
        "alarm": theme.alarm,
        "alarm_soft": theme.alarm_soft,
        "backward": theme.backward,
        "backward_soft": theme.backward_soft,
        "mono": fonts.css(fonts.NUMBER_FAMILIES),
        "column": str(menu.COLUMN),
        "beside": str(12 + menu.COLUMN),
        "base": str(fonts.BASE),
        "small": str(fonts.SMALL),
        "large": str(fonts.LARGE),
    }
    return _SHEET.substitute(colours)


_SHEET = Template("""
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { background: $hair; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $focus; }
QToolTip { background: $surface; color: $ink; border: 1px solid $line; padding: 6px 8px; }

QMenuBar { background: $window; padding: 2px 8px; border: none; }
QMenuBar::item { background: transparent; padding: 4px 10px; border-radius: 6px; }
QMenuBar::item:selected { background: $soft; }
QMenu { background: $surface; border: 1px solid $line; padding: 6px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 6px; }
QMenu::icon { padding-left: 8px; }
QMenu[marks="true"]::icon { left: ${column}px; }
QMenu[marks="true"]::item { padding-left: ${beside}px; }
QMenu::indicator { width: 0; height: 0; image: none; }
QMenu::item:selected { background: $soft; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $hair; margin: 6px 8px; }

QToolBar { background: $window; border: none; border-bottom: 1px solid $hair; padding: 8px; spacing: 4px; }
QToolBar QToolButton, QToolButton#plain { background: transparent; border: 1px solid transparent; border-radius: 8px;
  padding: 6px 10px; color: $ink; }
QToolBar QToolButton:hover, QToolButton#plain:hover { background: $soft; }
QToolBar QToolButton:pressed, QToolBar QToolButton:checked, QToolButton#plain:pressed, QToolButton#plain:checked {
  background: $raised; border-color: $line; }
QToolBar QToolButton:disabled { color: $faint; }
QToolBar QToolButton:focus, QToolButton#plain:focus { border-color: $focus; }
QToolBar QToolButton#primary { background: $strong; color: $on_strong; font-weight: 600; padding: 6px 14px; }
QToolBar QToolButton#primary:hover { background: $strong_hover; }
QToolBar QToolButton#primary:disabled { background: $soft; color: $faint; }
QToolBar QToolButton#primary:focus { border-color: $focus; }
QToolBar QToolButton#runtime { background: $surface; border: 1px solid $line; padding: 6px 12px; }
QToolBar QToolButton#runtime:hover { background: $raised; }
QToolButton::menu-indicator { image: none; }

QStatusBar { background: $window; border-top: 1px solid $hair; color: $muted; font-size: ${small}px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { padding: 4px 8px; color: $muted; font-size: ${small}px; }

QDockWidget { color: $ink; }
#dock_title { background: $surface; }
#dock_title QLabel { color: $muted; font-size: ${small}px; font-weight: 600; }
#panel { background: $surface; }
#header { background: $canvas; border-bottom: 1px solid $hair; }
#strip { background: $window; border-top: 1px solid $hair; }

#message { background: $alarm_soft; border-bottom: 1px solid $alarm; }
#message[kind="notice"] { background: $soft; border-bottom: 1px solid $line; }
#message QLabel { color: $ink; background: transparent; }

QPushButton { background: $surface; border: 1px solid $line; border-radius: 8px; padding: 6px 14px; color: $ink; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMessageBox, QFileDialog { border: 1px solid $faint; }
QMessageBox { background: $surface; }
QMessageBox QLabel { color: $ink; padding: 4px 8px; }
QPushButton:hover { background: $raised; }
QPushButton:default { background: $strong; color: $on_strong; border-color: $strong; }
QPushButton:disabled { color: $faint; background: $window; border-color: $hair; }
QPushButton:focus { border-color: $focus; }
QPushButton#link { border: none; background: transparent; color: $ink; padding: 4px 8px; text-decoration: underline; }

QLineEdit, QComboBox, QSpinBox { background: $surface; border: 1px solid $line; border-radius: 8px; padding: 6px 10px;
  selection-background-color: $highlight; selection-color: $ink; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus { border-color: $focus; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line; selection-background-color: $soft;
  selection-color: $ink; outline: none; }

QTextBrowser, QPlainTextEdit { background: $surface; border: none; color: $ink; selection-background-color: $highlight;
  selection-color: $ink; }
QTreeView, QListView, QTableView { background: $surface; border: none; outline: none; color: $ink;
  selection-background-color: $highlight; selection-color: $ink; }
QTreeView::item { padding: 3px 4px; border: none; }
QTreeView::item:hover, QListView::item:hover { background: $raised; }
QTreeView::item:selected, QListView::item:selected { background: $highlight; color: $ink; }
QHeaderView::section { background: $surface; color: $muted; border: none; border-bottom: 1px solid $hair; padding: 4px;
  font-size: ${small}px; }

QTabBar { qproperty-drawBase: 0; background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $strong; font-weight: 600; }
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:focus { color: $focus; }
QTabWidget::pane { border: none; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: $line; border-radius: 4px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none;
  width: 0; height: 0; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::handle:horizontal { background: $strong; width: 14px; margin: -5px 0; border-radius: 7px; }
QCheckBox { spacing: 8px; }
""")
