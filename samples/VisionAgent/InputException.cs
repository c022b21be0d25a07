namespace MGLMM.Samples.VisionAgent;

/// <summary>A mistake in what the user gave. The message says what to do instead.</summary>
internal sealed class InputException(string message) : Exception(message);
