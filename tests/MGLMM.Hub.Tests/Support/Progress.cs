namespace MGLMM.Hub.Tests.Support;

/// <summary>Hears progress at once, on the thread that tells it.</summary>
internal sealed class Heard<T>(Action<T> hear) : IProgress<T>
{
    public void Report(T value) => hear(value);
}
