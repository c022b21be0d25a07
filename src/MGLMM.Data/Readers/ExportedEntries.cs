using MGLMM.Data.Export;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// Entries that <see cref="SegCapExporter"/> wrote, one per question of a sample and in their order: they become the sample again. For one list of entries;
/// not thread-safe.
/// </summary>
internal sealed class ExportedEntries(ImportScope scope)
{
    private Dictionary<int, List<Mask>> _masks = [];
    private JsonFileElement? _rest;
    private string _id = string.Empty;
    private string _pictures = string.Empty;
    private int _wanted;

    /// <summary>Whether an entry was exported from SegCap.</summary>
    public static bool Is(JsonPlace entry) => entry.Find(ExportedSample.Field) is { IsObject: true } field && field.Find(ExportedSample.Of) is not null;

    /// <summary>Takes the next entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="masks">The masks of its answer, in order.</param>
    /// <param name="log">Told of a picture that is not there.</param>
    /// <returns>The sample, with the last of its questions; else null.</returns>
    public SegCapSample? Take(JsonPlace entry, List<Mask> masks, ImportLog log)
    {
        JsonPlace field = entry[ExportedSample.Field];
        (int turn, string of) = (field[ExportedSample.Turn].Integer(0, int.MaxValue), field[ExportedSample.Of].Text());
        if (field.Find(ExportedSample.Field) is { } rest)
        {
            if (_rest is not null || turn != 0)
            {
                throw field.Says(_rest is null ? "it begins a sample with a question that is not its first." : $"the sample '{_id}' before it lacks questions.");
            }

            // The entry is let go; what it begins is needed until the sample's last question.
            _rest = JsonFile.Parse(entry.File, rest.Path, -1, System.Text.Encoding.UTF8.GetBytes(rest.Raw()));
            (_id, _masks, _pictures) = (of, [], entry.Find(CocoExport.PicturesField)?.Text() ?? ".");
            _wanted = Math.Max(1, _rest.Value.Find("turns")?.Count ?? 0);
        }

        if (_rest is null || of != _id || turn != _masks.Count)
        {
            throw field.Says($"it is question {turn + 1} of the sample '{of}', which does not follow here.");
        }

        _masks.Add(turn, masks);
        if (_masks.Count < _wanted)
        {
            return null;
        }

        using JsonFileElement done = _rest;
        _rest = null;
        return Placed(scope, ExportedSample.Restored(done.Value, _masks), _pictures, log);
    }

    /// <summary>Checks that nothing is missing at the end of the list.</summary>
    public void End(string file)
    {
        if (_rest is not null)
        {
            throw Fault.At(file, null, $"the sample '{_id}' lacks questions.");
        }
    }

    /// <summary>The sample with its picture named anew, relative to the output.</summary>
    public static SegCapSample Placed(ImportScope scope, SegCapSample sample, string pictures, ImportLog log) =>
        scope.Options.Images is null && !sample.Image.Contains('\0', StringComparison.Ordinal) && !pictures.Contains('\0', StringComparison.Ordinal)
            ? sample with { Image = scope.PictureAt(Path.Combine(scope.Folder, pictures, sample.Image), log).Name }
            : sample with { Image = scope.PictureOf(sample.Image.Replace("../", string.Empty, StringComparison.Ordinal), log).Name };
}
