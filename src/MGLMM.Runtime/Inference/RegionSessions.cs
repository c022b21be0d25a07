using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>The sessions of the region encoder, each loaded when first asked for. Thread-safe; disposal must not overlap with runs.</summary>
internal sealed class RegionSessions(Func<LoadedGraph> pyramid, Func<LoadedGraph> encoder) : IDisposable
{
    // A load that fails is tried again by the next request: it may have lacked memory only.
    private readonly Lazy<LoadedGraph> _pyramid = new(pyramid, LazyThreadSafetyMode.PublicationOnly);
    private readonly Lazy<LoadedGraph> _encoder = new(encoder, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>From hidden states of the global encoder to a pyramid.</summary>
    public InferenceSession Pyramid => _pyramid.Value.Session;

    /// <summary>From a pyramid and boxes to features.</summary>
    public InferenceSession Encoder => _encoder.Value.Session;

    public void Dispose()
    {
        if (_pyramid.IsValueCreated)
        {
            _pyramid.Value.Dispose();
        }

        if (_encoder.IsValueCreated)
        {
            _encoder.Value.Dispose();
        }
    }
}
