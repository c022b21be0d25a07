using System.Diagnostics;
using MGLMM.Vision.Files;
using MGLMM.Vision.Persistence;
using MGLMM.Vision.Tests.Support;

namespace MGLMM.Vision.Tests.Persistence;

/// <summary>Folders in which something stands that is no save, and disks that refuse.</summary>
public sealed class HostileFolderTests(OracleTools oracle)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("workspace.json")]
    [InlineData("workspace.lock")]
    public async Task A_pipe_in_the_place_of_a_file_is_refused_at_once(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no pipes in folders.");
        string folder = oracle.NewFolder();
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        await workspace.SaveAsync(folder);
        File.Delete(Path.Combine(folder, name));
        MakePipe(Path.Combine(folder, name));
        await Assert.ThrowsAnyAsync<IOException>(() => workspace.SaveAsync(folder).WaitAsync(Patience));
        if (name == "workspace.json")
        {
            await Assert.ThrowsAsync<WorkspaceFormatException>(() => VisionWorkspace.LoadAsync(folder).WaitAsync(Patience));
            await Assert.ThrowsAnyAsync<IOException>(() => new VisionWorkspace().SaveAsync(folder).WaitAsync(Patience));
        }
    }

    [Fact]
    public async Task A_picture_that_is_a_pipe_is_damage()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no pipes in folders.");
        string folder = oracle.NewFolder();
        await SavedWorkspace.New(oracle).SaveAsync(folder);
        string picture = Directory.GetFiles(Path.Combine(folder, "images"))[0];
        File.Delete(picture);
        MakePipe(picture);
        await Assert.ThrowsAsync<WorkspaceFormatException>(() => VisionWorkspace.LoadAsync(folder).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_lock_that_is_a_link_makes_nothing_outside()
    {
        (string folder, string outside) = (oracle.NewFolder(), oracle.NewFolder());
        string target = Path.Combine(outside, "made by nobody");
        File.CreateSymbolicLink(Path.Combine(folder, "workspace.lock"), target);
        IOException refused = await Assert.ThrowsAsync<IOException>(() => SavedWorkspace.New(oracle).SaveAsync(folder));
        Assert.Contains("workspace.lock is a link", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public async Task A_document_that_is_a_link_is_neither_followed_nor_replaced()
    {
        (string folder, string outside) = (oracle.NewFolder(), oracle.NewFolder());
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        await workspace.SaveAsync(outside);
        File.CreateSymbolicLink(Path.Combine(folder, "workspace.json"), Path.Combine(outside, "workspace.json"));
        await Assert.ThrowsAnyAsync<IOException>(() => workspace.SaveAsync(folder));
        Assert.NotNull(new FileInfo(Path.Combine(folder, "workspace.json")).LinkTarget);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_to_is_said_to_be_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a folder that even the administrator may not write to.");
        IOException refused = await Assert.ThrowsAsync<IOException>(() => SavedWorkspace.New(oracle).SaveAsync("/sys/kernel/mglmm workspace"));
        Assert.Contains("cannot be written to", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/sys", refused.Message, StringComparison.Ordinal);

        if (!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess)
        {
            string folder = oracle.NewFolder();
            await SavedWorkspace.New(oracle).SaveAsync(folder);
            File.Delete(Path.Combine(folder, "workspace.lock"));
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            Assert.Contains("cannot be written to", (await Assert.ThrowsAsync<IOException>(() => SavedWorkspace.New(oracle).SaveAsync(folder))).Message, StringComparison.Ordinal);
            await VisionWorkspace.LoadAsync(folder);
        }
    }

    [Fact]
    public void A_full_disk_is_said_to_be_full_without_a_path()
    {
        IOException full = new("No space left on device : '/kept/img1-0123.png.4711.tmp'", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);
        Assert.True(DiskFull.Is(full));
        Assert.False(DiskFull.Is(new IOException("Input/output error", 5)));

        // A quota that is used up: Linux's number, that of macOS, and (a handle's) that of Windows.
        int quota = OperatingSystem.IsWindows() ? unchecked((int)0x80070027) : OperatingSystem.IsLinux() ? 122 : 69;
        Assert.True(DiskFull.Is(new IOException("Disk quota exceeded", quota)));
        string message = WorkspaceFolder.CannotWrite(full).Message;
        Assert.Contains("disk is full", message, StringComparison.Ordinal);
        Assert.DoesNotContain("/kept", message, StringComparison.Ordinal);
        string other = WorkspaceFolder.CannotWrite(new IOException("Input/output error : '/kept/img1'", 5)).Message;
        Assert.Contains("refuses", other, StringComparison.Ordinal);
        Assert.DoesNotContain("/kept", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_is_loaded_beside_a_process_that_saves_it_without_a_pause()
    {
        string folder = oracle.NewFolder();
        VisionWorkspace workspace = new("anna", "holiday", new WorkspaceLimits { MaximumImages = 4 });
        SavedWorkspace.AddImage(workspace, oracle, 1);
        await workspace.SaveAsync(folder);
        using CancellationTokenSource stop = new();
        Task saving = Task.Run(async () =>
        {
            for (byte shade = 2; !stop.IsCancellationRequested; shade++)
            {
                // Each save takes the pictures of the one before but three away.
                SavedWorkspace.AddImage(workspace, oracle, shade);
                await workspace.SaveAsync(folder);
            }
        });
        for (int load = 0; load < 60; load++)
        {
            (await VisionWorkspace.LoadAsync(folder)).IsConsistent();
        }

        await stop.CancelAsync();
        await saving;
    }

    [Fact]
    public async Task What_looks_damaged_while_somebody_saves_is_looked_at_again_when_they_are_done()
    {
        string folder = oracle.NewFolder();
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        await workspace.SaveAsync(folder);
        string picture = Directory.GetFiles(Path.Combine(folder, "images"))[0];
        byte[] content = File.ReadAllBytes(picture);
        IDisposable saving = new WorkspaceFolder(folder).Claim();
        File.Delete(picture);
        Task<VisionWorkspace> loading = VisionWorkspace.LoadAsync(folder);
        Assert.NotSame(loading, await Task.WhenAny(loading, Task.Delay(100)));
        File.WriteAllBytes(picture, content);
        saving.Dispose();
        (await loading.WaitAsync(Patience)).IsConsistent();

        // Damage is damage where nobody saves, and the wait can be ended.
        File.Delete(picture);
        await Assert.ThrowsAsync<WorkspaceFormatException>(() => VisionWorkspace.LoadAsync(folder));
        using (new WorkspaceFolder(folder).Claim())
        {
            using CancellationTokenSource stop = new();
            Task<VisionWorkspace> waiting = VisionWorkspace.LoadAsync(folder, cancellationToken: stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        }
    }

    [Fact]
    public async Task A_save_waits_for_one_who_holds_the_folder_still_to_read_it_and_not_for_one_who_saves()
    {
        string folder = oracle.NewFolder();
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        await workspace.SaveAsync(folder);
        Assert.True(new WorkspaceFolder(folder).TryHoldStill(out IDisposable? reading));
        Assert.NotNull(reading);
        Task saving = workspace.SaveAsync(folder);
        Assert.NotSame(saving, await Task.WhenAny(saving, Task.Delay(100)));
        reading.Dispose();
        await saving.WaitAsync(Patience);
        (await VisionWorkspace.LoadAsync(folder)).IsConsistent();

        // The wait can be ended, and who saves beside another save hears of it at once.
        Assert.True(new WorkspaceFolder(folder).TryHoldStill(out reading));
        using (reading)
        {
            using CancellationTokenSource stop = new();
            Task waiting = workspace.SaveAsync(folder, stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        }

        using (new WorkspaceFolder(folder).Claim())
        {
            IOException refusal = await Assert.ThrowsAsync<IOException>(() => workspace.SaveAsync(folder).WaitAsync(Patience));
            Assert.Contains("Another save", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static void MakePipe(string path)
    {
        using Process made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }
}
