using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>The session of a graph, and the weights that it reads from memory of ours. Disposal must not overlap with runs.</summary>
/// <param name="session">The session.</param>
/// <param name="weights">What must outlive it, in the order in which it is to go.</param>
internal sealed class LoadedGraph(InferenceSession session, IReadOnlyList<IDisposable> weights) : IDisposable
{
    public InferenceSession Session => session;

    public void Dispose()
    {
        session.Dispose();
        foreach (IDisposable one in weights)
        {
            one.Dispose();
        }
    }
}
