using System.Text.Json;

namespace MGLMM.Data.Import;

/// <summary>The unfinished output of an import: whole lines up to where its state says, and perhaps more that the state does not know of.</summary>
internal sealed class ImportPart : IDisposable
{
    private const string Ending = ".part";
    private const string StateEnding = ".json";
    private const string NewEnding = ".new";

    /// <summary>How every file of ours begins.</summary>
    private static ReadOnlySpan<byte> Beginning => "{\"id\":\""u8;

    /// <summary>
    /// How an output ends. JSON does not see the tab, and nobody else writes one there: so an import knows what an import wrote, whatever its samples come from, and that nobody
    /// wrote on behind it.
    /// </summary>
    private static ReadOnlySpan<byte> End => "}\t\n"u8;

    private readonly FileStream _file;
    private readonly string _statePath;
    private readonly string _fingerprint;

    private ImportPart(FileStream file, string statePath, string fingerprint) => (_file, _statePath, _fingerprint) = (file, statePath, fingerprint);

    /// <summary>Opens what an earlier run left of the same import, or begins anew.</summary>
    /// <param name="options">The import.</param>
    /// <param name="fingerprint">What it is made of.</param>
    /// <param name="state">How far it is.</param>
    public static ImportPart Open(ImportOptions options, string fingerprint, out ImportState state)
    {
        string path = options.Output + Ending;
        ImportState empty = new(fingerprint, 0, 0, 0, 0, 0, [], []);
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1 << 16);
        state = Kept(StatePath(path)) is { } kept && kept.Fingerprint == fingerprint && kept.Bytes <= file.Length ? kept : empty;
        file.SetLength(state.Bytes);
        file.Position = state.Bytes;
        return new ImportPart(file, StatePath(path), fingerprint);
    }

    /// <summary>Whether a file is no data but an import's own: this one's output and what it keeps beside it, or what another one keeps that was stopped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="own">The full path of this one's output.</param>
    public static bool IsOwn(string path, string own)
    {
        string file = Path.GetFullPath(path);
        return file == own || file == own + Ending || file == StatePath(own + Ending) || file == StatePath(own + Ending) + NewEnding
            || (file.EndsWith(StatePath(Ending), StringComparison.Ordinal) && File.Exists(file[..^StateEnding.Length]))
            || (file.EndsWith(Ending, StringComparison.Ordinal) && File.Exists(StatePath(file)));
    }

    /// <summary>Whether a file is the output of an import, whole and as it was written.</summary>
    public static bool IsOutput(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using FileStream file = File.OpenRead(path);
        Span<byte> bytes = stackalloc byte[Beginning.Length];
        if (file.Length < Beginning.Length + End.Length || file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || !bytes.SequenceEqual(Beginning))
        {
            return false;
        }

        file.Seek(-End.Length, SeekOrigin.End);
        bytes = bytes[..End.Length];
        return file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length && bytes.SequenceEqual(End);
    }

    /// <summary>Gives the complete part its name, in place of an older output.</summary>
    public static void Complete(string output)
    {
        File.Move(output + Ending, output, overwrite: true);
        File.Delete(StatePath(output + Ending));
    }

    public void Append(byte[] line)
    {
        _file.Write(line);
        _file.WriteByte((byte)'\n');
    }

    /// <summary>Says at the end of the last line that an import wrote it.</summary>
    public void Finish()
    {
        // Over the brace and the line end that are there.
        _file.Position -= End.Length - 1;
        _file.Write(End);
    }

    /// <summary>Writes down how far the part is. Once this returns a run can go on from here, whatever happens to this one.</summary>
    public void Save(ImportState state)
    {
        _file.Flush(flushToDisk: false);
        string written = _statePath + NewEnding;
        File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(state with { Fingerprint = _fingerprint, Bytes = _file.Position }, ImportJson.Default.ImportState));
        File.Move(written, _statePath, overwrite: true);
    }

    /// <summary>Leaves nothing behind.</summary>
    public void Discard()
    {
        _file.Dispose();
        File.Delete(_file.Name);
        File.Delete(_statePath);
    }

    public void Dispose() => _file.Dispose();

    private static string StatePath(string part) => part + StateEnding;

    private static ImportState? Kept(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), ImportJson.Default.ImportState) : null;
        }
        catch (JsonException)
        {
            // Not one of ours, or cut off with the machine: what it says cannot be gone on from.
            return null;
        }
    }
}
