using MGLMM.Vision.Contents;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Workspaces;

/// <summary>What a host keeps beside pictures and regions: its own notes, and names that people give.</summary>
public sealed partial class VisionWorkspace
{
    private readonly Dictionary<string, string> _notes = new(StringComparer.Ordinal);

    /// <summary>A note of the host's; null where there is none.</summary>
    /// <param name="name">What it is called.</param>
    public string? NoteOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_gate)
        {
            Touch();
            return _notes.GetValueOrDefault(name);
        }
    }

    /// <summary>
    /// Keeps a text of the host's with the workspace: what a page shows, what was said. It is saved and loaded with all else; no tool and no model sees it.
    /// </summary>
    /// <param name="name">What it is called: 1 to 200 characters, no control characters.</param>
    /// <param name="text">The text; null lets it go.</param>
    /// <exception cref="ArgumentException">The name is none, or the notes would be longer than <see cref="WorkspaceLimits.MaximumNoteCharacters"/>.</exception>
    public void SetNote(string name, string? text)
    {
        ContentNames.Check(name, nameof(name));
        lock (_gate)
        {
            Touch();
            if (text is null)
            {
                _notes.Remove(name);
                return;
            }

            long others = _notes.Where(note => note.Key != name).Sum(note => (long)note.Key.Length + note.Value.Length);
            if (others + name.Length + text.Length > Limits.MaximumNoteCharacters)
            {
                throw new ArgumentException($"All notes together have at most {Limits.MaximumNoteCharacters} characters; this one has {text.Length}.", nameof(text));
            }

            _notes[name] = text;
        }
    }

    /// <summary>Gives a region another name; its handle, pixels and colour stay.</summary>
    /// <param name="region">Its handle.</param>
    /// <param name="phrase">What it is called from now on; null or blank takes its name away. At most 200 characters are kept.</param>
    /// <exception cref="KeyNotFoundException">There is no such region.</exception>
    public VisionRegion RenameRegion(string region, string? phrase)
    {
        ArgumentNullException.ThrowIfNull(region);
        lock (_gate)
        {
            Touch();
            return TryGetRegion(region, out VisionRegion? found)
                ? _regions[found.Handle] = found with { Phrase = string.IsNullOrWhiteSpace(phrase) ? null : PlainText.Limit(phrase.Trim(), ContentNames.Longest) }
                : throw new KeyNotFoundException($"There is no region '{region}' in this workspace.");
        }
    }
}
