using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Conversion.Onnx;

/// <summary>
/// What the weight file of an unfinished graph holds, written down at each barrier. A graph is built by a program that always does the same, so a later
/// run builds it again from the start; the weights before the last barrier are then neither read nor written, only counted.
/// </summary>
/// <remarks>
/// One line of text a barrier: <c>position type type:inline-bytes ...</c>, with the weights since the barrier before. A line that was cut off counts for nothing. One thread writes;
/// <see cref="FlushToDisk"/> may be called by another.
/// </remarks>
internal sealed class DataJournal : IDisposable
{
    private readonly FileStream? _file;
    private readonly SafeFileHandle? _handle;
    private readonly List<StoredWeight> _past = [];
    private readonly List<StoredWeight> _since = [];
    private readonly Lock _flushing = new();
    private int _next;

    private DataJournal(FileStream? file)
    {
        _file = file;

        // Taken once: asking the stream for its handle is not for another thread.
        _handle = file?.SafeFileHandle;
        IsReplaying = file is null;
    }

    /// <summary>Bytes of the weight file at the last barrier of the earlier run.</summary>
    public long Position { get; private set; }

    /// <summary>True for a run that only finds out what would be read and written.</summary>
    public bool IsDry => _file is null;

    /// <summary>True until the earlier run's last barrier is passed.</summary>
    public bool IsReplaying { get; private set; }

    /// <summary>The earlier run's next weight; null behind its last barrier and in a dry run.</summary>
    public StoredWeight? Next => _next < _past.Count ? _past[_next] : null;

    /// <summary>Called at each barrier, in the earlier run's part too.</summary>
    public Action? OnBarrier { get; set; }

    /// <summary>Brings the weight file's bytes to the disk.</summary>
    public Action? FlushData
    {
        get;
        set
        {
            // Whoever takes it away closes the file next, which must not happen to one that is being flushed.
            lock (_flushing)
            {
                field = value;
            }
        }
    }

    /// <summary>A journal that replays without end.</summary>
    public static DataJournal Dry() => new(null);

    /// <summary>Opens or makes a journal.</summary>
    /// <exception cref="DataJournalException">It is damaged.</exception>
    public static DataJournal Open(string path)
    {
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        DataJournal journal = new(file);
        try
        {
            journal.Load();
            return journal;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Counts a weight.</summary>
    public void Store(StoredWeight weight)
    {
        if (IsDry)
        {
            return;
        }

        if (!IsReplaying)
        {
            _since.Add(weight);
        }
        else if (_next++ == _past.Count)
        {
            throw new DataJournalException("A journal ends where no barrier is.");
        }
    }

    /// <summary>Passes a barrier of the earlier run; behind the last one the work goes on.</summary>
    public void Pass() => IsReplaying = IsDry || _next < _past.Count;

    /// <summary>Writes a barrier down.</summary>
    /// <param name="position">Bytes of the weight file, all of them handed to the system.</param>
    public void Write(long position)
    {
        if (_since.Count == 0)
        {
            return;
        }

        StringBuilder line = new(position.ToString(CultureInfo.InvariantCulture));
        foreach (StoredWeight weight in _since)
        {
            line.Append(CultureInfo.InvariantCulture, $" {weight.Type}");
            if (weight.Inline is not null)
            {
                line.Append(':').Append(Convert.ToHexString(weight.Inline));
            }
        }

        _file!.Write(Encoding.ASCII.GetBytes(line.Append('\n').ToString()));
        _file.Flush();
        _since.Clear();
    }

    /// <summary>Brings the weights and the journal to the disk, in this order, so that what they were made of may be deleted.</summary>
    public void FlushToDisk()
    {
        lock (_flushing)
        {
            FlushData?.Invoke();
        }

        if (_handle is not null)
        {
            RandomAccess.FlushToDisk(_handle);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Load()
    {
        byte[] bytes = new byte[_file!.Length];
        _file.ReadExactly(bytes);
        int end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        foreach (string line in Encoding.ASCII.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            if (!long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long position) || position < Position)
            {
                throw new DataJournalException("A journal is damaged.");
            }

            Position = position;
            _past.AddRange(words.Skip(1).Select(Parse));
        }

        IsReplaying = _past.Count > 0;
        _file.SetLength(end);
        _file.Position = end;
    }

    private static StoredWeight Parse(string word)
    {
        int colon = word.IndexOf(':');
        try
        {
            return new StoredWeight(
                int.Parse(colon < 0 ? word : word[..colon], NumberStyles.None, CultureInfo.InvariantCulture),
                colon < 0 ? null : Convert.FromHexString(word.AsSpan(colon + 1)));
        }
        catch (FormatException)
        {
            throw new DataJournalException("A journal is damaged.");
        }
    }
}
