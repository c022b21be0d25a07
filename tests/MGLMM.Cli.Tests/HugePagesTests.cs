using System.Collections.Specialized;

namespace MGLMM.Cli.Tests;

/// <summary>The environment that the tool begins anew with.</summary>
public sealed class HugePagesTests
{
    [Fact]
    public void The_setting_is_there_once_also_where_its_variable_was_empty()
    {
        ListDictionary variables = new() { ["PATH"] = "/bin", ["GLIBC_TUNABLES"] = string.Empty, ["GLIBC_TUNABLES_2"] = "kept" };
        Assert.Equal(["PATH=/bin", "GLIBC_TUNABLES_2=kept", "GLIBC_TUNABLES=glibc.malloc.hugetlb=1"], HugePages.WithSetting(variables));
    }
}
