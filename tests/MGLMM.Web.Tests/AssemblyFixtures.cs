[assembly: AssemblyFixture(typeof(MGLMM.Web.Tests.Chromium))]

