using System.Text.Json;

namespace MGLMM.Vision.Exports;

/// <summary>JSON files, written piece by piece.</summary>
internal static class JsonFile
{
    public static byte[] Of(long maximumBytes, Action<Utf8JsonWriter> write)
    {
        using LimitedStream stream = new(maximumBytes);
        using (Utf8JsonWriter json = new(stream))
        {
            write(json);
        }

        return stream.ToArray();
    }

    /// <summary>Hands on what has been written so far, so that a limit is seen early.</summary>
    public static void Checkpoint(Utf8JsonWriter json, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        json.Flush();
    }
}
