using System.Text;
using System.Text.Json;

namespace MGLMM.Data.Annotation.Runs;

/// <summary>
/// <c>steps.jsonl</c>: a line for each step of each picture, written when the step is done. A line that was cut off when the program ended is taken off and
/// made again. Not thread-safe.
/// </summary>
internal sealed class StepJournal : IDisposable
{
    public const string FileName = "steps.jsonl";

    private readonly FileStream _file;

    private StepJournal(FileStream file, IReadOnlyList<StepLine> lines)
    {
        _file = file;
        Lines = lines;
    }

    /// <summary>The lines of earlier runs.</summary>
    public IReadOnlyList<StepLine> Lines { get; }

    /// <summary>Opens or begins a journal.</summary>
    /// <exception cref="InvalidDataException">The journal is another run's, or damaged; the message says what to do.</exception>
    /// <exception cref="IOException">Another run writes it.</exception>
    public static StepJournal Open(string folder, RunLine run)
    {
        string path = Path.Combine(folder, FileName);
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            byte[] head = JsonSerializer.SerializeToUtf8Bytes(run, RunJson.Default.RunLine);
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            int end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            if (end == 0 && !head.AsSpan().StartsWith(bytes))
            {
                // Not even the beginning of a run: nothing that may be cut off.
                throw Others(bytes, head, folder);
            }

            List<StepLine> lines = new();
            bool first = true;
            for (int start = 0; start < end;)
            {
                int stop = Array.IndexOf(bytes, (byte)'\n', start);
                ReadOnlySpan<byte> line = bytes.AsSpan(start, stop - start);
                if (first)
                {
                    if (!line.SequenceEqual(head))
                    {
                        throw Others(line, head, folder);
                    }

                    first = false;
                }
                else
                {
                    lines.Add(Parse(line, path, lines.Count + 2));
                }

                start = stop + 1;
            }

            file.SetLength(end);
            file.Position = end;
            StepJournal journal = new(file, lines);
            if (first)
            {
                journal.Append(head);
            }

            return journal;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a line; it is the system's when this returns.</summary>
    public void Append(StepLine line) => Append(JsonSerializer.SerializeToUtf8Bytes(line, RunJson.Default.StepLine));

    public void Dispose() => _file.Dispose();

    private void Append(byte[] line)
    {
        _file.Write([.. line, (byte)'\n']);
        _file.Flush();
    }

    /// <summary>Of a first line that is not this run's. Every run's begins with the same name; a file whose first line does not is somebody's own.</summary>
    private static InvalidDataException Others(ReadOnlySpan<byte> line, byte[] head, string folder)
    {
        string path = Path.Combine(folder, FileName);
        return new InvalidDataException(line.StartsWith(head.AsSpan(0, Array.IndexOf(head, (byte)':') + 1))
            ? $"'{path}' was written by another version, with another model or with other settings. {AnnotationOutput.BeginAnew(folder)} It says {Shortened(line)}, and this run is {Shortened(head)}."
            : $"'{path}' is no journal of a run. Move it away, or give another output folder.");
    }

    private static StepLine Parse(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RunJson.Default.StepLine) ?? throw new JsonException("the line holds null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Line {number} of '{path}' is damaged: {exception.Message} Delete the file from that line on to go on from there.", exception);
        }
    }

    private static string Shortened(ReadOnlySpan<byte> line)
    {
        const int Most = 300;
        string text = Encoding.UTF8.GetString(line);
        return text.Length <= Most ? text : text[..Most] + "...";
    }
}
