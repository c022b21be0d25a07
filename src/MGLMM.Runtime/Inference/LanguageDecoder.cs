using MGLMM.Runtime.Bundles;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// Runs the decoder graph over one <see cref="DecodingState"/> at a time. The graph's names are those that the converter
/// writes. Thread-safe: all that changes lies in the state.
/// </summary>
internal sealed class LanguageDecoder : IDisposable
{
    private readonly GraphSession _graph;
    private readonly Lazy<bool> _canShareRuns;
    private InferenceSession? _session;
    private readonly OrtAllocator? _deviceAllocator;
    private readonly OrtMemoryInfo? _deviceMemory;
    private readonly bool _half;
    private readonly int _maximumStep;

    public LanguageDecoder(ModelSessions sessions, BundleManifest manifest, TokenEmbeddings embeddings, int deviceId, int maximumDraftTokens)
    {
        _graph = sessions.Decoder;
        _canShareRuns = new Lazy<bool>(() => CanCopyCaches && Session.InputMetadata["inputs_embeds"].Dimensions[0] < 0);
        Specification = manifest.Decoder;
        Embeddings = embeddings;
        _half = manifest.Accelerator == "cuda";
        _maximumStep = 1 + maximumDraftTokens;
        if (sessions.OnCuda && _half)
        {
            _deviceMemory = new OrtMemoryInfo("Cuda", OrtAllocatorType.DeviceAllocator, deviceId, OrtMemType.Default);
            _deviceAllocator = new OrtAllocator(Session, _deviceMemory);
        }
    }

    public DecoderSpecification Specification { get; }

    public TokenEmbeddings Embeddings { get; }

    /// <summary>A state with room for <paramref name="capacity"/> positions and nothing in it.</summary>
    /// <remarks>On a device, where a cache cannot be copied into a larger one, it gets the model's whole length at once.</remarks>
    public DecodingState CreateState(int capacity) => Create(_deviceAllocator is null ? capacity : Specification.MaximumLength);

    private DecodingState Create(int capacity) => new(this, new KeyValueCache(Specification, capacity, _deviceAllocator, _half), _maximumStep);

    /// <summary>
    /// What to allocate where <paramref name="old"/> positions are too few: half as much again at least, so that a growing
    /// dialogue is not copied at every turn.
    /// </summary>
    public int GrownCapacity(int old, int needed) => needed <= old ? needed : Math.Min(Specification.MaximumLength, Math.Max(needed, old + (old / 2)));

    /// <summary>Whether the beginning of one cache can be copied into another.</summary>
    public bool CanCopyCaches => _deviceAllocator is null;

    /// <summary>Bytes of a state's keys and values per position.</summary>
    public long BytesPerPosition => 2L * Specification.LayerCount * Specification.KeyValueHeadCount * Specification.HeadSize * (_half ? 2 : 4);

    /// <summary>
    /// Whether one run can feed a token of each of several sequences: their keys and values must be in the CPU's memory, and the graph must leave the number of
    /// sequences open, as those of older bundles do not.
    /// </summary>
    public bool CanShareRuns => _canShareRuns.Value;

    /// <summary>Whether the graph is loaded, so that a run need not wait for that.</summary>
    public bool IsLoaded => _graph.IsLoaded;

    /// <summary>Whether it is loaded or soon will be, since its weights are packed.</summary>
    public bool IsAtHand => _graph.IsLoaded || _graph.IsMapped;

    private InferenceSession Session => _session ?? Load(CancellationToken.None);

    /// <summary>Keys and values for several sequences side by side.</summary>
    public KeyValueBuffers CreateBuffers(int sequences, int capacity) => new(Specification, sequences, capacity, _half);

    /// <summary>Binds what a run reads and writes: keys (0) and values (1) of each layer as both past and present, so that the graph works in place, and the rest.</summary>
    public OrtIoBinding Bind(Func<int, int, OrtValue> valueOf, in DecoderTensors tensors)
    {
        OrtIoBinding binding = Session.CreateIoBinding();
        for (int layer = 0; layer < Specification.LayerCount; layer++)
        {
            Bind(layer, 0, "key");
            Bind(layer, 1, "value");
        }

        binding.BindInput("inputs_embeds", tensors.Embeddings);
        binding.BindInput("seqlens_k", tensors.Lengths);
        binding.BindInput("total_sequence_length", tensors.Total);
        binding.BindInput("logits_positions", tensors.Positions);
        binding.BindOutput("hidden_states", tensors.Hidden);
        binding.BindOutput("logits", tensors.Logits);
        return binding;

        void Bind(int layer, int kind, string name)
        {
            OrtValue value = valueOf(layer, kind);
            binding.BindInput($"past_key_values.{layer}.{name}", value);
            binding.BindOutput($"present.{layer}.{name}", value);
        }
    }

    public void Run(RunGuard guard, OrtIoBinding binding) => guard.Run(Session, binding);

    public void Run(RunOptions options, OrtIoBinding binding) => Session.RunWithBinding(options, binding);

    /// <summary>Waits until the graph is loaded, or loads it.</summary>
    /// <exception cref="BundleException">It does not load.</exception>
    public InferenceSession Load(CancellationToken cancellationToken)
    {
        if (_session is { } loaded)
        {
            return loaded;
        }

        // It stays loaded when nobody uses it.
        using GraphSession.Use use = _graph.Acquire(cancellationToken);
        return _session = use.Session;
    }

    public void Dispose()
    {
        _deviceAllocator?.Dispose();
        _deviceMemory?.Dispose();
    }
}
