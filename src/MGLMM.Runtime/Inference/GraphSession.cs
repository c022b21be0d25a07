using MGLMM.Runtime.Bundles;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// The session of one graph: loaded by whoever needs it first, and let go after its last use where it is not kept. A load that fails is tried again by the next, since it may
/// have lacked memory only. Thread-safe; disposal must not overlap with uses.
/// </summary>
internal sealed class GraphSession(Func<LoadedGraph> create, bool isKept) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private LoadedGraph? _loaded;
    private int _users;

    /// <summary>Whether it stays loaded.</summary>
    public bool IsKept => isKept;

    /// <summary>Whether loading it is mapping a file, and little more.</summary>
    public bool IsMapped { get; init; }

    /// <summary>Whether it is loaded at this moment.</summary>
    public bool IsLoaded => Volatile.Read(ref _loaded) is not null;

    /// <summary>Loads it if need be, and keeps it loaded until the result is disposed.</summary>
    /// <param name="cancellationToken">Ends the wait for another who loads it, but not a load.</param>
    /// <exception cref="BundleException">It does not load.</exception>
    public Use Acquire(CancellationToken cancellationToken)
    {
        _gate.Wait(cancellationToken);
        try
        {
            _loaded ??= create();
            _users++;
            return new Use(this, _loaded.Session);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _loaded?.Dispose();
        _loaded = null;
        _gate.Dispose();
    }

    private void Release()
    {
        _gate.Wait();
        try
        {
            if (--_users == 0 && !isKept)
            {
                _loaded!.Dispose();
                _loaded = null;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A use of the session. Dispose it once.</summary>
    internal readonly struct Use(GraphSession graph, InferenceSession session) : IDisposable
    {
        public InferenceSession Session => session;

        public void Dispose() => graph.Release();
    }
}
