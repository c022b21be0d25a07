using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Onnx;

namespace MGLMM.Conversion.Streaming;

/// <summary>
/// The files of a checkpoint that arrive one after the other, between the one who fetches them and the parts of a conversion that wait for them.
/// Thread-safe.
/// </summary>
internal sealed class ArrivingFiles : IDisposable
{
    private readonly object _lock = new();
    private readonly Dictionary<string, ArrivingFile> _files = new(StringComparer.Ordinal);
    private readonly List<(Func<bool> Condition, TaskCompletionSource Reached)> _watchers = [];
    private readonly List<DataJournal> _journals = [];
    private readonly string _carryFolder;
    private readonly List<ArrivingFile> _waitedFor = [];
    private int _running;
    private bool _started;
    private bool _stopped;

    /// <param name="carryFolder">Where what is carried along is kept; made by the caller.</param>
    public ArrivingFiles(string carryFolder) => _carryFolder = carryFolder;

    /// <summary>Bytes that are carried along now.</summary>
    public long CarriedBytes
    {
        get
        {
            lock (_lock)
            {
                return _files.Values.Sum(file => file.Carried?.Length ?? 0);
            }
        }
    }

    /// <summary>Adds a file before the checkpoint is opened.</summary>
    /// <param name="path">Its place in the checkpoint's folder.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="readHeader">Reads its header while it is not there.</param>
    /// <exception cref="ArrivalLostException">An earlier run left it, but what it carried along is damaged.</exception>
    public ArrivingFile Add(string path, long length, HeaderReader readHeader)
    {
        path = Path.GetFullPath(path);
        string carry = Path.Combine(_carryFolder, $"{Path.GetFileName(Path.GetDirectoryName(path))}.{Path.GetFileName(path)}.carry");
        ArrivingFile file = new(path, length, readHeader, carry, this) { Carried = File.Exists(carry) ? CarriedRanges.Open(carry) : null };
        lock (_lock)
        {
            _files.Add(path, file);
        }

        return file;
    }

    /// <summary>Opens a file of the checkpoint, arriving or not.</summary>
    public MappedFile Open(string path)
    {
        lock (_lock)
        {
            return _files.TryGetValue(Path.GetFullPath(path), out ArrivingFile? file) ? file : MappedFile.Open(path);
        }
    }

    /// <summary>Says what will be read, so that what nobody needs any more can be left.</summary>
    public void Expect(ConversionPlan plan)
    {
        lock (_lock)
        {
            foreach ((string _, CheckpointTensor? tensor) in plan.Reads)
            {
                if (tensor.File is ArrivingFile file && tensor.ElementCount > 0)
                {
                    file.Needed[tensor.Extent] = file.Needed.GetValueOrDefault(tensor.Extent) + 1;
                }
            }
        }
    }

    /// <summary>Says that so many parts begin to read.</summary>
    public void Start(int parts)
    {
        lock (_lock)
        {
            _running += parts;
            _started = true;
        }
    }

    /// <summary>Takes part in what is brought to the disk before anything is deleted.</summary>
    public void Register(DataJournal journal)
    {
        lock (_journals)
        {
            _journals.Add(journal);
        }
    }

    /// <summary>Says that one part has ended. Its journal is brought to the disk first: what it was made of may be deleted from now on, and nobody asks it again.</summary>
    public void Finish(DataJournal? journal)
    {
        try
        {
            journal?.FlushToDisk();
        }
        finally
        {
            if (journal is not null)
            {
                lock (_journals)
                {
                    _journals.Remove(journal);
                }
            }

            lock (_lock)
            {
                _running--;
                Changed();
            }
        }
    }

    /// <summary>Wakes everyone who waits; they give up.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            Changed();
        }
    }

    /// <summary>Says that what was made of these tensors is stored.</summary>
    public void Settle(IEnumerable<CheckpointTensor> tensors)
    {
        List<ArrivingFile> done = new();
        lock (_lock)
        {
            foreach (CheckpointTensor tensor in tensors)
            {
                if (tensor.File is ArrivingFile file && file.Needed.TryGetValue(tensor.Extent, out int count))
                {
                    if (count > 1)
                    {
                        file.Needed[tensor.Extent] = count - 1;
                    }
                    else
                    {
                        file.Needed.Remove(tensor.Extent);
                    }

                    if (file.Needed.Count == 0 && file.Carried is { Length: > 0 })
                    {
                        done.Add(file);
                    }
                }
            }

            Changed();
        }

        foreach (ArrivingFile file in done)
        {
            // Nobody reads of it again: all that remains is that it was here.
            FlushToDisk();
            lock (_lock)
            {
                file.Carried!.Dispose();
                CarriedRanges.Write(file.CarryPath, [], (_, _) => throw new InvalidOperationException("Nothing is left to carry."));
                file.Carried = CarriedRanges.Open(file.CarryPath);
            }
        }
    }

    /// <summary>Says that a file is there, whole and verified.</summary>
    public void Arrive(ArrivingFile file, string localPath)
    {
        MappedFile local = MappedFile.Open(localPath);
        try
        {
            ZipPlaces? places = ZipPlaces.Read(local);
            lock (_lock)
            {
                file.Places = places;
                file.Local = local;
                Changed();
            }
        }
        catch
        {
            local.Dispose();
            throw;
        }
    }

    /// <summary>Waits until no part can go on with the file: all of them wait for others or are done, or nothing in it is needed any more.</summary>
    public Task IdleAsync(ArrivingFile file, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((() => _stopped || file.Needed.Count == 0 || (_started && _waitedFor.Count(waited => waited.IsAwaited) >= _running), reached));
            Changed();
            return reached.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Leaves a file that is idle. After it the file may be deleted, now and in any later run.</summary>
    /// <returns>False if the conversion was stopped: the file is needed again.</returns>
    public bool Leave(ArrivingFile file)
    {
        (long Offset, long Length)[] needed;
        MappedFile local;
        lock (_lock)
        {
            if (_stopped || file.Local is null)
            {
                return false;
            }

            file.IsLeaving = true;
            needed = [.. file.Needed.Keys];
            local = file.Local;
        }

        FlushToDisk();
        CarriedRanges.Write(file.CarryPath, needed, (offset, length) => local.Map(file.Places?.Locate(offset) ?? offset, length));
        lock (_lock)
        {
            file.Carried = CarriedRanges.Open(file.CarryPath);
            file.Local = null;
            file.IsLeaving = false;
            Changed();
        }

        local.Dispose();
        return true;
    }

    /// <summary>Waits until a file is there, or what was kept of it.</summary>
    /// <exception cref="OperationCanceledException">The conversion was stopped.</exception>
    public void Await(ArrivingFile file)
    {
        lock (_lock)
        {
            if (file.IsAwaited)
            {
                _waitedFor.Add(file);
                Changed();
                while (!_stopped && file.IsAwaited)
                {
                    Monitor.Wait(_lock);
                }

                _waitedFor.Remove(file);
            }

            if (_stopped)
            {
                throw new OperationCanceledException("The conversion was stopped.");
            }
        }
    }

    /// <summary>Shows bytes of a file; waits for it if need be.</summary>
    /// <exception cref="OperationCanceledException">The conversion was stopped.</exception>
    /// <exception cref="ArrivalLostException">They are not kept any more.</exception>
    public MappedWindow Map(ArrivingFile file, long offset, long length)
    {
        lock (_lock)
        {
            Await(file);
            if (file.Carried is { } carried)
            {
                return carried.TryMap(offset, length) ?? throw new ArrivalLostException($"A part of '{file.Name}' is needed that was not kept.");
            }

            return file.Local!.Map(file.Places?.Locate(offset) ?? offset, length);
        }
    }

    public void Dispose()
    {
        Stop();
        lock (_lock)
        {
            foreach (ArrivingFile file in _files.Values)
            {
                file.Local?.Dispose();
                file.Carried?.Dispose();
            }
        }
    }

    private void FlushToDisk()
    {
        lock (_journals)
        {
            _journals.ForEach(journal => journal.FlushToDisk());
        }
    }

    /// <summary>Wakes whoever waits for what may have come true. Called with the lock held.</summary>
    private void Changed()
    {
        Monitor.PulseAll(_lock);
        for (int index = _watchers.Count - 1; index >= 0; index--)
        {
            if (_watchers[index].Condition())
            {
                _watchers[index].Reached.TrySetResult();
                _watchers.RemoveAt(index);
            }
        }
    }
}
