using MGLMM.Hub.Pulling;

namespace MGLMM.Hub.Tests;

/// <summary>Room is looked for where the bytes will lie.</summary>
public sealed class DiskSpaceTests : IDisposable
{
    private const string OtherDisk = "/proc";

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-disk-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_behind_a_link_is_on_the_disk_that_the_link_leads_to()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && !DiskSpace.IsSame(_folder, OtherDisk), "There is no other disk to link to.");
        string link = Path.Combine(_folder, "link");
        string farther = Path.Combine(_folder, "farther");
        Directory.CreateSymbolicLink(link, OtherDisk);
        Directory.CreateSymbolicLink(farther, "link");
        foreach (string path in (string[])[link, farther, Path.Combine(link, "sys"), Path.Combine(farther, "not", "there", "yet")])
        {
            Assert.True(DiskSpace.IsSame(path, OtherDisk), path);
            Assert.False(DiskSpace.IsSame(path, _folder), path);
        }
    }
}
