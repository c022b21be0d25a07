using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// The runs of one request: its turns on the device, and run options that end a run in progress when the request is cancelled. One per
/// request, so that nothing is allocated per token.
/// </summary>
internal sealed class RunGuard : IDisposable
{
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _cancellationToken;
    private readonly RequestQueue.Place _place;

    public RunGuard(RequestQueue.Place place, CancellationToken cancellationToken)
    {
        _place = place;
        _cancellationToken = cancellationToken;

        // A run that fails throws; that it was ended, or why it failed, is told by whoever catches it, and not by the native code on the terminal.
        Options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        _registration = cancellationToken.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, Options);
    }

    public RunOptions Options { get; }

    /// <summary>Of the request.</summary>
    public CancellationToken CancellationToken => _cancellationToken;

    /// <summary>Takes the device for one run; dispose the result to give it back.</summary>
    /// <exception cref="OperationCanceledException">The request was cancelled.</exception>
    public DeviceLane.Turn TakeDevice() => _place.TakeDevice(_cancellationToken);

    /// <summary>Takes the device for a step, unless another run makes it meanwhile: then null.</summary>
    /// <exception cref="OperationCanceledException">The request was cancelled.</exception>
    public DeviceLane.Turn? TakeDevice(SharedStep step) => _place.TakeDevice(step, _cancellationToken);

    /// <summary>Runs a session with bound inputs and outputs.</summary>
    /// <exception cref="OperationCanceledException">The request was cancelled, before or during the run.</exception>
    public void Run(InferenceSession session, OrtIoBinding binding)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        try
        {
            session.RunWithBinding(Options, binding);
        }
        catch (OnnxRuntimeException) when (_cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(_cancellationToken);
        }
    }

    public void Dispose()
    {
        // Waits for a callback in flight, which still touches the options.
        _registration.Dispose();
        Options.Dispose();
    }
}
