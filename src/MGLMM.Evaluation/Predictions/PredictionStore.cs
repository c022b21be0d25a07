using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MGLMM.Data.SegCap;

namespace MGLMM.Evaluation.Predictions;

/// <summary>
/// Answers in a file, appended one by one and read back when they are needed, so that an evaluation goes on where it was stopped and its
/// memory does not grow with it. A line is written whole or, when the machine stops in the middle, thrown away at the next opening.
/// Thread-safe.
/// </summary>
internal sealed class PredictionStore : IDisposable
{
    private readonly Dictionary<string, (long Offset, int Length)> _places = new(StringComparer.Ordinal);
    private readonly Lock _sync = new();
    private readonly FileStream _file;

    private PredictionStore(FileStream file) => _file = file;

    /// <summary>Opens a file or begins one.</summary>
    /// <param name="path">Null takes a temporary file, which goes when the store is disposed.</param>
    /// <param name="run">Who gives the answers.</param>
    /// <param name="samples">What is asked, by id.</param>
    /// <param name="pictures">What is shown.</param>
    /// <exception cref="InvalidDataException">The file is another one, a line is damaged, or the answers are another model's or to other questions.</exception>
    public static PredictionStore Open(string? path, PredictionRun run, IReadOnlyDictionary<string, SegCapSample> samples, IShownPictures pictures)
    {
        bool temporary = path is null;
        path ??= Path.Combine(Path.GetTempPath(), $"mglmm-predictions-{Guid.NewGuid():N}.jsonl");
        FileStream file = new(
            path,
            new FileStreamOptions
            {
                Mode = temporary ? FileMode.CreateNew : FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = temporary ? FileOptions.DeleteOnClose : FileOptions.None,
            });
        PredictionStore store = new(file);
        try
        {
            store.Load(Path.GetFileName(path), run, samples, pictures);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Whether a sample has its answer.</summary>
    public bool Contains(string id)
    {
        lock (_sync)
        {
            return _places.ContainsKey(id);
        }
    }

    /// <summary>The answer to a sample.</summary>
    public Prediction Read(string id)
    {
        lock (_sync)
        {
            (long offset, int length) = _places[id];
            byte[] line = new byte[length];
            _file.Position = offset;
            _file.ReadExactly(line);
            return JsonSerializer.Deserialize(line, PredictionJson.Default.Prediction)!;
        }
    }

    /// <summary>Keeps an answer: once this returns, the operating system has it.</summary>
    public void Append(Prediction prediction)
    {
        byte[] line = JsonSerializer.SerializeToUtf8Bytes(prediction, PredictionJson.Lines.Prediction);
        lock (_sync)
        {
            _places[prediction.Id] = (Write(line), line.Length);
        }
    }

    public void Dispose() => _file.Dispose();

    private long Write(byte[] line)
    {
        long offset = _file.Seek(0, SeekOrigin.End);
        _file.Write([.. line, (byte)'\n']);
        _file.Flush();
        return offset;
    }

    private void Load(string name, PredictionRun run, IReadOnlyDictionary<string, SegCapSample> samples, IShownPictures pictures)
    {
        (int number, long end) = (0, 0L);
        foreach ((long offset, byte[] line) in Lines())
        {
            end = offset + line.Length + 1;
            if (++number == 1)
            {
                PredictionRun kept = Parse(line, PredictionJson.Default.PredictionRun, name, number);
                if (kept.Format != run.Format)
                {
                    throw new InvalidDataException($"'{name}' holds answers in format {kept.Format}, and this version keeps format {run.Format}. Name another file.");
                }

                if (kept != run)
                {
                    throw new InvalidDataException(
                        $"'{name}' holds answers of {kept.Model} ({Short(kept.Bundle)}, at most {kept.MaximumNewTokens} tokens), not of {run.Model} ({Short(run.Bundle)}, at most {run.MaximumNewTokens}). Name another file for this model's.");
                }

                continue;
            }

            Prediction prediction = Parse(line, PredictionJson.Default.Prediction, name, number);
            if (samples.TryGetValue(prediction.Id, out SegCapSample? sample)
                && (pictures.NameFor(sample) != prediction.Image || sample.Instruction != prediction.Instruction || pictures.HashOf(sample) != prediction.Shown))
            {
                throw new InvalidDataException(
                    $"Line {number} of '{name}' answers another question than sample '{prediction.Id}' asks now, or about another picture, region or conversation. Name another file for this evaluation.");
            }

            _places[prediction.Id] = (offset, line.Length);
        }

        byte[] head = JsonSerializer.SerializeToUtf8Bytes(run, PredictionJson.Lines.PredictionRun);
        if (number == 0 && !head.AsSpan().StartsWith(Beginning(head.Length + 1)))
        {
            throw NotKept(name);
        }

        // What is left has no end: it was cut off when the machine stopped.
        _file.SetLength(end);
        if (number == 0)
        {
            Write(head);
        }
    }

    /// <summary>As much of a fingerprint as a person compares; a model without one has its name there, which may be shorter.</summary>
    private static string Short(string fingerprint) => fingerprint[..Math.Min(8, fingerprint.Length)];

    private byte[] Beginning(int length)
    {
        byte[] bytes = new byte[Math.Min(length, _file.Length)];
        _file.Position = 0;
        _file.ReadExactly(bytes);
        return bytes;
    }

    private static InvalidDataException NotKept(string name, Exception? cause = null) =>
        new($"'{name}' is not a file of kept answers and stays as it is. Name another file.", cause);

    private static T Parse<T>(byte[] line, JsonTypeInfo<T> type, string name, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw new JsonException("the line holds null.");
        }
        catch (JsonException exception)
        {
            throw number == 1 ? NotKept(name, exception) : new InvalidDataException($"Line {number} of '{name}' holds no kept answer: {exception.Message} Delete the file to start over.", exception);
        }
    }

    /// <summary>The lines that have an end, without it, and where they begin.</summary>
    private IEnumerable<(long Offset, byte[] Line)> Lines()
    {
        byte[] buffer = new byte[1 << 16];
        using MemoryStream line = new();
        long start = 0L;
        _file.Position = 0;
        for (int read; (read = _file.Read(buffer)) > 0;)
        {
            for (int at = 0; at < read;)
            {
                int length = Array.IndexOf(buffer, (byte)'\n', at, read - at) - at;
                if (length < 0)
                {
                    line.Write(buffer, at, read - at);
                    break;
                }

                line.Write(buffer, at, length);
                yield return (start, line.ToArray());
                start += line.Length + 1;
                line.SetLength(0);
                at += length + 1;
            }
        }
    }
}
