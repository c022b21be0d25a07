using System.Security.Cryptography;
using System.Text;

namespace MGLMM.Hub.Pulling;

/// <summary>
/// The folder beside the output in which a pull keeps what it has done, so that the same command goes on after any stop. It belongs to one process at a
/// time, and to one conversion: of the same files, with the same options, by the same program.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private const string StateFile = "state";

    private readonly FileStream _lock;

    private WorkFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Where the checkpoint's small files are, and empty ones in the place of its weights.</summary>
    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint");

    /// <summary>The same for the vision tower.</summary>
    public string Tower => System.IO.Path.Combine(Path, "tower");

    /// <summary>What is still needed of weights that were deleted.</summary>
    public string Carry => System.IO.Path.Combine(Path, "carry");

    /// <summary>Whether something was converted here that is worth keeping.</summary>
    public bool IsBegun => Directory.EnumerateFiles(Path, "*.journal").Any();

    /// <summary>Opens the folder of an output.</summary>
    /// <exception cref="HubException">Another process is at it.</exception>
    public static WorkFolder Open(string output)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(output));
        string parent = System.IO.Path.GetDirectoryName(full) ?? throw new HubException(HubProblem.BadRequest, $"'{output}' is no folder that can be made.");
        string path = System.IO.Path.Combine(parent, $".{System.IO.Path.GetFileName(full)}.pull");
        Directory.CreateDirectory(path);
        string lockPath = System.IO.Path.Combine(path, "lock");
        try
        {
            return new WorkFolder(path, new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (File.Exists(lockPath))
        {
            throw new HubException(HubProblem.Busy, $"Another process is pulling to '{output}'. Wait for it, or end it, and run the same command again.", exception);
        }
    }

    /// <summary>Keeps what is there if it is of the same conversion, and empties the folder otherwise.</summary>
    /// <param name="identity">Everything on which the result depends.</param>
    /// <returns>Whether something was kept.</returns>
    public bool Claim(string identity)
    {
        string state = System.IO.Path.Combine(Path, StateFile);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)));
        bool same = File.Exists(state) && File.ReadAllText(state) == hash;
        if (!same)
        {
            Empty();
            File.WriteAllText(state, hash);
        }

        // These two are made anew from the cache each time.
        foreach (string folder in (string[])[Checkpoint, Tower])
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.CreateDirectory(folder);
        }

        Directory.CreateDirectory(Carry);
        return same;
    }

    /// <summary>Throws everything away that was done.</summary>
    public void Empty()
    {
        foreach (string folder in Directory.GetDirectories(Path))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (string? file in Directory.GetFiles(Path).Where(file => file != _lock.Name))
        {
            File.Delete(file);
        }
    }

    /// <summary>Removes the folder.</summary>
    public void Delete()
    {
        _lock.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    public void Dispose() => _lock.Dispose();
}
