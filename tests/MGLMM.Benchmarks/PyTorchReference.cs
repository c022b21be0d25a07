using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Benchmarks;

/// <summary>One instruction on one picture: from nothing, and again with what the picture cost kept.</summary>
internal sealed record PyTorchCall(double ColdMs, double WarmMs, double DecodeMs, int[] Ids);

/// <summary>Runs the training code's reference inference in Python, with as many threads as there are cores.</summary>
internal sealed class PyTorchReference(string python, string checkpoint, string visionTower)
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "pytorch_reference.py");

    /// <summary>Why it cannot run; null if it can.</summary>
    public string? Obstacle()
    {
        if (!Directory.Exists(checkpoint))
        {
            return $"there is no checkpoint in '{checkpoint}'.";
        }

        try
        {
            using Process probe = Start("-c", "import torch, PIL, sentencepiece");
            probe.StandardOutput.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0 ? null : $"'{python}' has no torch, PIL or sentencepiece.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"there is no '{python}'.";
        }
    }

    public async Task<PyTorchCall[]> RunAsync(IReadOnlyList<string> images, IReadOnlyList<string> instructions, CancellationToken cancellationToken)
    {
        using Process process = Start(
            Script,
            Path.Combine(Workload.Repository, "src", "MGLMM.Models.Scenes", "training"),
            checkpoint,
            visionTower,
            JsonSerializer.Serialize(new PyTorchJob([.. images], [.. instructions]), PyTorchJson.Default.PyTorchJob));
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize(output, PyTorchJson.Default.PyTorchCallArray)!
            : throw new InvalidOperationException("The PyTorch reference failed; see its message above.");
    }

    private Process Start(params string[] arguments)
    {
        ProcessStartInfo information = new(python, arguments) { RedirectStandardOutput = true };
        information.Environment["OPENBLAS_NUM_THREADS"] = information.Environment["OMP_NUM_THREADS"] = Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Process.Start(information) ?? throw new InvalidOperationException($"'{python}' does not start.");
    }
}

/// <summary>What the Python side is to run.</summary>
internal sealed record PyTorchJob(string[] Images, string[] Instructions);

/// <summary>Source-generated JSON of the exchange with Python.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PyTorchJob))]
[JsonSerializable(typeof(PyTorchCall[]))]
internal sealed partial class PyTorchJson : JsonSerializerContext;
