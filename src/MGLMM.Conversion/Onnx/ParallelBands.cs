using System.Runtime.ExceptionServices;

namespace MGLMM.Conversion.Onnx;

/// <summary>Runs the parts of one piece of work on all cores; the first failure is thrown as it was.</summary>
internal static class ParallelBands
{
    /// <summary>How many parts may run at once.</summary>
    public static int Degree => Environment.ProcessorCount;

    /// <summary>Runs <paramref name="body"/> for 0 to <paramref name="count"/> - 1, in any order.</summary>
    public static void For(int count, Action<int> body)
    {
        if (count == 1)
        {
            body(0);
            return;
        }

        try
        {
            Parallel.For(0, count, body);
        }
        catch (AggregateException exception)
        {
            // What was cancelled or is wrong with the data is one thing, however many parts met it.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
