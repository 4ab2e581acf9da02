"""The door for editors: a language server over stdio (Language Server Protocol 3.17).

Nothing here decides anything: what an editor asks is put to the pure functions beside this file,
with places turned into lines and UTF-16 columns and back.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from lackmus.case.mending import edits
from lackmus.foundation.errors import Fault, UsageError
from lackmus.foundation.letters import composed
from lackmus.library.index import find
from lackmus.service.beside import Beside, read_with
from lackmus.service.completion import complete
from lackmus.service.document import Document, Home, faults
from lackmus.service.hover import hover
from lackmus.service.places import Place, places
from lackmus.service.rename import renamable, rename

try:
    from lsprotocol import types as lsp
    from pygls.exceptions import JsonRpcInvalidParams
    from pygls.lsp.server import LanguageServer
    from pygls.uris import to_fs_path
    from pygls.workspace import TextDocument
except ImportError:
    raise UsageError(
        "the language server needs the package pygls",
        hint="install it with: pip install 'lackmus[lsp]'",
    ) from None

_KINDS = {
    "key": lsp.CompletionItemKind.Property,
    "function": lsp.CompletionItemKind.Function,
    "option": lsp.CompletionItemKind.EnumMember,
    "assumption": lsp.CompletionItemKind.Constant,
    "move": lsp.CompletionItemKind.Event,
    "word": lsp.CompletionItemKind.Keyword,
}
_SEVERITIES = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "note": lsp.DiagnosticSeverity.Information,
}
_NAMES = {
    "claim": lsp.SymbolKind.Boolean,
    "assumption": lsp.SymbolKind.Number,
    "move": lsp.SymbolKind.Event,
    "actor": lsp.SymbolKind.Class,
}


class _Server(LanguageServer):
    """Keeps of each open text what was understood, and the last that was understood whole."""

    def __init__(self) -> None:
        super().__init__("lackmus", version("lackmus"))
        self._read: dict[str, tuple[Document, Beside]] = {}
        self._whole: dict[str, Document] = {}

    def known(self, uri: str) -> tuple[TextDocument, Document]:
        shown = self.workspace.get_text_document(uri)
        known, beside = self._read.get(uri, (None, Beside(())))
        if known is None or known.text != composed(shown.source) or beside != beside.anew():
            home = _home(uri)
            known, beside = beside.steady(
                shown.source, home, lambda found: read_with(found.node, home)
            )
            self._read[uri] = known, beside
            if known.case is not None:
                self._whole[uri] = known
        return shown, known

    def stale(self) -> list[str]:
        """Open texts beside which a file has changed since they were read."""
        return [uri for uri, (_, beside) in self._read.items() if beside != beside.anew()]

    def last(self, uri: str) -> Document | None:
        return self._whole.get(uri)

    def forget(self, uri: str) -> None:
        self._read.pop(uri, None)
        self._whole.pop(uri, None)


def _home(uri: str) -> Home:
    return Home(Path(to_fs_path(uri) or uri), find)


def _position(shown: TextDocument, known: Document, offset: int) -> lsp.Position:
    line = known.text.count("\n", 0, offset)
    column = offset - (known.text.rfind("\n", 0, offset) + 1)
    place = lsp.Position(line, column)
    return shown.position_codec.position_to_client_units(shown.lines, place)


def _offset(shown: TextDocument, known: Document, position: lsp.Position) -> int:
    place = shown.position_codec.position_from_client_units(shown.lines, position)
    return known.offset(place.line + 1, place.character + 1)


def _range(shown: TextDocument, known: Document, start: int, end: int) -> lsp.Range:
    return lsp.Range(_position(shown, known, start), _position(shown, known, end))


def _diagnostic(shown: TextDocument, known: Document, fault: Fault) -> lsp.Diagnostic:
    start = end = 0
    message = fault.message
    if fault.span is not None and fault.span.file == known.file:
        start = known.offset(fault.span.line, fault.span.column)
        end = known.offset(fault.span.line, fault.span.end)
    elif fault.span is not None:
        message = f"{fault.span}: {message}"
    hint = f"\n{fault.hint}" if fault.hint else ""
    return lsp.Diagnostic(
        range=_range(shown, known, start, end),
        message=message + hint,
        severity=_SEVERITIES[fault.severity],
        code=fault.code,
        source="lackmus",
    )


def _completions(server: _Server, params: lsp.CompletionParams) -> lsp.CompletionList:
    uri = params.text_document.uri
    shown, known = server.known(uri)
    offset = _offset(shown, known, params.position)
    items = [
        lsp.CompletionItem(
            label=found.label,
            kind=_KINDS.get(found.kind, lsp.CompletionItemKind.Variable),
            detail=found.detail or None,
            sort_text=f"{order:04}",
            text_edit=lsp.TextEdit(_range(shown, known, found.start, offset), found.insert),
        )
        for order, found in enumerate(complete(known, offset, server.last(uri)))
    ]
    return lsp.CompletionList(is_incomplete=False, items=items)


def _hovered(server: _Server, params: lsp.HoverParams) -> lsp.Hover | None:
    uri = params.text_document.uri
    shown, known = server.known(uri)
    found = hover(known, _offset(shown, known, params.position), server.last(uri))
    if found is None:
        return None
    text = lsp.MarkupContent(lsp.MarkupKind.PlainText, "\n".join(found.lines))
    return lsp.Hover(text, _range(shown, known, found.start, found.end))


def _named(
    server: _Server, uri: str, position: lsp.Position, *, declared: bool | None
) -> list[lsp.Location]:
    """Where the name at a position stands: all places, or only those of one sort."""
    shown, known = server.known(uri)
    found = places(known)
    here = found.at(_offset(shown, known, position))
    others: tuple[Place, ...] = found.of(here.kind, here.id) if here else ()
    return [
        lsp.Location(uri, _range(shown, known, place.start, place.end))
        for place in others
        if declared is None or place.declared == declared
    ]


def _outline(server: _Server, uri: str) -> list[lsp.DocumentSymbol]:
    shown, known = server.known(uri)
    return [
        lsp.DocumentSymbol(
            name=f"{part.kind} {part.id}",
            kind=_NAMES.get(part.kind, lsp.SymbolKind.Object),
            range=_range(shown, known, part.start, part.end),
            selection_range=_range(shown, known, part.start, part.start),
        )
        for part in places(known).parts
    ]


def _mends(server: _Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """An edit for each fault in a range whose hint leaves one reading."""
    uri = params.text_document.uri
    shown, known = server.known(uri)
    asked = range(params.range.start.line, params.range.end.line + 1)
    actions = []
    for fault in faults(known):
        for edit in edits([fault], known.file):
            if edit.line - 1 not in asked:
                continue
            first = known.offset(edit.line, 1)
            at = _range(shown, known, first + edit.start, first + edit.end)
            actions.append(
                lsp.CodeAction(
                    title=f"Write '{edit.text}'",
                    kind=lsp.CodeActionKind.QuickFix,
                    diagnostics=[_diagnostic(shown, known, fault)],
                    edit=lsp.WorkspaceEdit({uri: [lsp.TextEdit(at, edit.text)]}),
                )
            )
    return actions


def _nameable(
    server: _Server, params: lsp.PrepareRenameParams
) -> lsp.PrepareRenamePlaceholder | None:
    shown, known = server.known(params.text_document.uri)
    here = renamable(known, _offset(shown, known, params.position))
    if here is None:
        return None
    word = known.text[here.start : here.end]
    return lsp.PrepareRenamePlaceholder(_range(shown, known, here.start, here.end), word)


def _rename(server: _Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit:
    uri = params.text_document.uri
    shown, known = server.known(uri)
    offset = _offset(shown, known, params.position)
    try:
        found = rename(known, offset, params.new_name, _home(uri))
    except UsageError as error:
        fault = error.faults[0]
        hint = f" ({fault.hint})" if fault.hint else ""
        raise JsonRpcInvalidParams(fault.message + hint) from None
    changes = [lsp.TextEdit(_range(shown, known, c.start, c.end), c.text) for c in found]
    return lsp.WorkspaceEdit({uri: changes})


def server() -> LanguageServer:
    """The language server, ready for `start_io`."""
    made = _Server()
    _answer_texts(made)
    _answer_looks(made)
    _answer_changes(made)
    return made


def _answer_texts(made: _Server) -> None:
    def tell(uri: str) -> None:
        shown, known = made.known(uri)
        told = [_diagnostic(shown, known, fault) for fault in faults(known)]
        made.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, told))

    @made.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        tell(params.text_document.uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        tell(params.text_document.uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(_: lsp.DidSaveTextDocumentParams) -> None:
        for uri in made.stale():
            tell(uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        made.forget(params.text_document.uri)


def _answer_looks(made: _Server) -> None:
    @made.feature(
        lsp.TEXT_DOCUMENT_COMPLETION,
        lsp.CompletionOptions(trigger_characters=[" ", "=", "[", "(", "{", ","]),
    )
    def completed(params: lsp.CompletionParams) -> lsp.CompletionList:
        return _completions(made, params)

    @made.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        return _hovered(made, params)

    @made.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def defined(params: lsp.DefinitionParams) -> list[lsp.Location]:
        return _named(made, params.text_document.uri, params.position, declared=True)

    @made.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def referred(params: lsp.ReferenceParams) -> list[lsp.Location]:
        return _named(made, params.text_document.uri, params.position, declared=None)

    @made.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlighted(params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        found = _named(made, params.text_document.uri, params.position, declared=None)
        return [lsp.DocumentHighlight(place.range) for place in found]

    @made.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def folded(params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        _, known = made.known(params.text_document.uri)
        parts = places(known).parts
        return [lsp.FoldingRange(p.line - 1, p.last - 1) for p in parts if p.last > p.line]

    @made.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outlined(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        return _outline(made, params.text_document.uri)


def _answer_changes(made: _Server) -> None:
    @made.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def nameable(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        return _nameable(made, params)

    @made.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def renamed(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        return _rename(made, params)

    @made.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix])
    )
    def mended(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        return _mends(made, params)
