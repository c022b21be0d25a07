using System.Collections.Concurrent;
using System.Numerics.Tensors;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Onnx;

namespace MGLMM.Conversion.Families;

/// <summary>
/// A checkpoint's tensors under canonical names. Reads one tensor at a time and remembers which were asked for, so that
/// what is left over can be listed. Not thread-safe; each thread takes a view of its own.
/// </summary>
internal sealed class WeightSource
{
    private const string EmptyAdvice =
        "its size is 0, as where a model is saved while DeepSpeed's ZeRO-3 has it spread over processes. Gather it (zero_to_fp32.py, or stage3_gather_16bit_weights_on_model_save) and save it again.";

    private readonly Dictionary<string, CheckpointTensor> _tensors;
    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);
    private readonly string _owner;
    private readonly string _advice;
    private readonly Lock _reporting = new();
    private float[] _scratch = [];

    /// <param name="owner">What holds the tensors, as a sentence begins: "The checkpoint '...'".</param>
    /// <param name="advice">What to do if one is missing, as a sentence.</param>
    /// <param name="tensors">The tensors by canonical name; their checkpoint must outlive this source.</param>
    public WeightSource(string owner, string advice, IEnumerable<KeyValuePair<string, CheckpointTensor>> tensors)
    {
        _owner = owner;
        _advice = advice;
        _tensors = new Dictionary<string, CheckpointTensor>(tensors, StringComparer.Ordinal);
    }

    private WeightSource(WeightSource parent)
    {
        _owner = parent._owner;
        _advice = parent._advice;
        _tensors = parent._tensors;
        _used = parent._used;
    }

    /// <summary>What holds the tensors, as a sentence begins.</summary>
    public string Owner => _owner;

    /// <summary>What to do if one is missing, as a sentence.</summary>
    public string Advice => _advice;

    /// <summary>Every canonical name.</summary>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>Canonical names that nothing read.</summary>
    public IEnumerable<string> Unused => _tensors.Keys.Where(name => !_used.ContainsKey(name)).Order(StringComparer.Ordinal);

    /// <summary>Told how many weights were read, after each part of a tensor; from several threads, but one at a time.</summary>
    public Action<long>? OnRead { get; init; }

    /// <summary>Told of each tensor before it is read.</summary>
    public Action<CheckpointTensor>? OnUse { get; init; }

    /// <summary>Says whether what is read is already in the bundle: zeros are handed out then, and no file is touched.</summary>
    public Func<bool>? Replays { get; init; }

    private bool IsReplaying => Replays?.Invoke() == true;

    /// <summary>The same tensors for one thread, with a buffer and callbacks of its own; what it reads counts as used here too.</summary>
    public WeightSource View(Action<long>? onRead, Action<CheckpointTensor>? onUse = null, Func<bool>? replays = null) =>
        new(this) { OnRead = onRead, OnUse = onUse, Replays = replays };

    /// <summary>Elements of a tensor.</summary>
    public long ElementCount(string name) => _tensors[name].ElementCount;

    /// <summary>The tensor as it is stored.</summary>
    /// <exception cref="ConversionException">There is no such tensor.</exception>
    public CheckpointTensor Stored(string name) => Require(name);

    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>The tensor's shape: as many dimensions as asked for, each from 1 to what an index can count.</summary>
    /// <exception cref="ConversionException">There is no such tensor, or it has another form.</exception>
    public int[] Shape(string name, int rank)
    {
        IReadOnlyList<long> shape = Require(name).Shape;
        if (IsEmpty(shape))
        {
            throw new ConversionException($"{_owner} holds no numbers for '{name}': {EmptyAdvice}");
        }

        return shape.Count == rank && shape.All(size => size is > 0 and <= int.MaxValue)
            ? [.. shape.Select(size => (int)size)]
            : throw new ConversionException($"Tensor '{name}' is [{string.Join(", ", shape)}]; {rank} dimensions from 1 on are expected. The checkpoint is damaged or of another model.");
    }

    /// <summary>The tensor's shape, whatever it is.</summary>
    /// <exception cref="ConversionException">There is no such tensor.</exception>
    public long[] Shape(string name) => [.. Require(name).Shape];

    /// <summary>The tensor's elements as fp32, in row-major order. The caller owns the array.</summary>
    /// <exception cref="ConversionException">There is no such tensor.</exception>
    public float[] Read(string name)
    {
        CheckpointTensor tensor = Use(name);
        if (tensor.ElementCount > Array.MaxLength)
        {
            throw new ConversionException($"Tensor '{name}' has {tensor.ElementCount} elements; the limit is {Array.MaxLength}.");
        }

        float[] values = GC.AllocateUninitializedArray<float>((int)tensor.ElementCount);
        Fill(name, tensor, 0, values);
        return values;
    }

    /// <summary>
    /// Matrices of equally many columns, one above the other. Lies in a buffer that the next call overwrites, so that a
    /// conversion holds one matrix at a time however many it reads.
    /// </summary>
    public WeightMatrix ReadMatrix(params ReadOnlySpan<string> names)
    {
        CheckpointTensor first = Require(names[0]);
        int columns = (int)(first.ElementCount / first.Shape[0]);
        long total = 0L;
        foreach (string name in names)
        {
            total += Require(name).ElementCount;
        }

        if (total > Array.MaxLength)
        {
            throw new ConversionException($"'{names[0]}' and what is stored with it have {total} elements; the limit is {Array.MaxLength}.");
        }

        if (_scratch.Length < total)
        {
            _scratch = [];
            _scratch = GC.AllocateUninitializedArray<float>((int)total);
        }

        int offset = 0;
        foreach (string name in names)
        {
            CheckpointTensor tensor = Use(name);
            Fill(name, tensor, 0, _scratch.AsMemory(offset, (int)tensor.ElementCount));
            offset += (int)tensor.ElementCount;
        }

        return new WeightMatrix(_scratch.AsMemory(0, offset), offset / columns, columns);
    }

    /// <summary>Hands over a matrix in bands of whole rows, for tensors that are written as they are stored.</summary>
    public void ReadBands(string name, Action<ReadOnlyMemory<float>> write)
    {
        // As many weights as all cores read at once.
        int bandElements = ParallelBands.Degree << 20;
        CheckpointTensor tensor = Use(name);
        float[] band = new float[Math.Min(bandElements, tensor.ElementCount)];
        for (long start = 0L; start < tensor.ElementCount; start += band.Length)
        {
            Memory<float> part = band.AsMemory(0, (int)Math.Min(band.Length, tensor.ElementCount - start));
            Fill(name, tensor, start, part);
            write(part);
        }
    }

    /// <summary>Several small tensors one after the other.</summary>
    public float[] ReadStacked(params ReadOnlySpan<string> names)
    {
        List<float> values = new();
        foreach (string name in names)
        {
            values.AddRange(Read(name));
        }

        return [.. values];
    }

    /// <summary>
    /// Checks presence and shape of everything that a conversion will read, before it writes anything.
    /// </summary>
    /// <exception cref="ConversionException">Lists every tensor that is missing or of another shape.</exception>
    public void Require(IEnumerable<(string Name, long[] Shape)> required)
    {
        List<string> missing = [];
        List<string> different = [];
        foreach ((string name, long[] shape) in required)
        {
            if (!_tensors.TryGetValue(name, out CheckpointTensor? tensor))
            {
                missing.Add(name);
            }
            else if (IsEmpty(tensor.Shape))
            {
                throw new ConversionException($"{_owner} holds no numbers for '{name}': {EmptyAdvice}");
            }
            else if (!tensor.Shape.SequenceEqual(shape))
            {
                different.Add($"{name} is [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", shape)}]");
            }
        }

        if (missing.Count + different.Count > 0)
        {
            List<string> parts = new();
            if (missing.Count > 0)
            {
                parts.Add($"missing tensors ({missing.Count}): {List(missing)}");
            }

            if (different.Count > 0)
            {
                parts.Add($"tensors of another shape ({different.Count}): {List(different)}");
            }

            throw new ConversionException($"{_owner} is incomplete: {string.Join("; ", parts)}. {_advice}");
        }
    }

    private CheckpointTensor Require(string name) => _tensors.TryGetValue(name, out CheckpointTensor? tensor) ? tensor : throw Missing(name);

    private CheckpointTensor Use(string name)
    {
        CheckpointTensor tensor = Require(name);
        _used.TryAdd(name, true);
        OnUse?.Invoke(tensor);
        if (!IsReplaying)
        {
            // Here, not in each of the threads that read.
            tensor.File.Await();
        }

        return tensor;
    }

    private static string List(List<string> names)
    {
        const int Shown = 12;
        return string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : string.Empty);
    }

    /// <summary>
    /// Reads elements and makes sure that they are numbers: one NaN or infinity in a matrix is enough to make every answer nonsense,
    /// and nothing later would say where it came from.
    /// </summary>
    private void Fill(string name, CheckpointTensor tensor, long start, Memory<float> values)
    {
        if (IsReplaying)
        {
            values.Span.Clear();
            OnRead?.Invoke(values.Length);
            return;
        }

        const int BandElements = 1 << 20;
        ParallelBands.For((values.Length + BandElements - 1) / BandElements, band =>
        {
            int from = band * BandElements;
            Span<float> part = values.Slice(from, Math.Min(BandElements, values.Length - from)).Span;
            tensor.ReadFloats(start + from, part);
            if (!TensorPrimitives.IsFiniteAll<float>(part))
            {
                throw Overflow(name, tensor, start + from, part);
            }

            lock (_reporting)
            {
                OnRead?.Invoke(part.Length);
            }
        });
    }

    private static ConversionException Overflow(string name, CheckpointTensor tensor, long start, ReadOnlySpan<float> values)
    {
        int at = 0;
        while (float.IsFinite(values[at]))
        {
            at++;
        }

        string found = float.IsNaN(values[at])
            ? "NaN"
            : tensor.Kind == TensorElementKind.Float64 ? "infinity or a number beyond the range of fp32" : "infinity";
        return new ConversionException(
            $"Tensor {CheckpointFormatException.Quote(name)} holds {found} (element {start + at} of {tensor.ElementCount}), which no precision can hold up. "
            + "The weights overflowed when they were trained or merged in fp16: merge them again in bf16 or fp32 and save that.");
    }

    /// <summary>DeepSpeed's ZeRO-3 keeps a tensor of no size in the place of each that is spread over its processes.</summary>
    private static bool IsEmpty(IReadOnlyList<long> shape) => shape.Contains(0);

    private ConversionException Missing(string name) => new($"{_owner} has no tensor '{name}'. {MissingTensor.Explain(name, _tensors.Keys) ?? _advice}");
}
